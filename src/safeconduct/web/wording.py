"""What the guide asks, in words for a person who is afraid and in a hurry.

A question that has no words of its own here is asked in those of the vocabulary. Texts are ids of
the catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Question and help by key: an attribute, a record, or a record's field.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "present_in": (
        "Which country are you in now?",
        "Only the country. No town and no address is needed.",
    ),
    "nationalities": (
        "Which citizenship do you have?",
        "If you have more than one, choose each. Different laws apply to each.",
    ),
    "in_transit_zone": (
        "Are you in the transit area of an airport, before border control?",
        "People who have not been let into the country have other rights and other dangers.",
    ),
    "detained": ("Is anyone holding you now?", "Police, army, border guards or a prison."),
    "detained_by": ("Which country's officers hold you?", ""),
    "paper": (
        "Which papers do you have, or did you have?",
        "Tick each one, even if it has expired, was taken from you or is lost. "
        "What state each is in is asked next.",
    ),
    "paper.issuer": ("Which country issued it?", ""),
    "paper.held": ("Where is it now?", ""),
    "paper.valid_until": (
        "Until when is it valid?",
        "The month and year are enough.",
    ),
    "paper.biometric": (
        "Is it a passport with a chip?",
        "Passports for ten years have one: a small gold rectangle on the cover.",
    ),
    "paper.visa": ("What kind of visa is it?", ""),
    "standing": (
        "On what basis are you in this country now?",
        "If your days without a visa or your permit have run out, say so: it is never a bar to "
        "being told your rights.",
    ),
    "standing.until": ("Until when does that last?", "The month and year are enough."),
    "entered_regularly": (
        "Did you come in through a border post, with papers that are accepted there?",
        "How you came in is never a bar to being told your rights.",
    ),
    "entered_on": ("When did you come into this country?", "The month and year are enough."),
    "entered_from": ("From which country did you come into this country?", ""),
    "entered_union_in": (
        "Through which country did you first come into the European Union or the Schengen area?",
        "If you have not been there, choose “I do not know or it does not apply”.",
    ),
    "border_refusal": (
        "Has a border ever stopped you or sent you back?", "Tick each thing that happened.",
    ),
    "border_refusal.at": ("At the border of which country?", ""),
    "border_refusal.on": ("When was it?", "The month and year are enough."),
    "border_refusal.to": ("To which country were you sent back?", ""),
    "service": (
        "What kind of military service is it, or was it?",
        "Choose what you are now, or what you were last.",
    ),
    "duty": (
        "How do you stand towards the army now?",
        "Choose what came last.",
    ),
    "contract_forced": (
        "Was a contract signed under force, or prolonged against your will?", "",
    ),
    "resignation": ("Did you ask to leave the service, and what came of it?", ""),
    "exemption": (
        "Could you be exempted at home on grounds of conscience?",
        "For instance by civilian service instead.",
    ),
    "conscience": (
        "Do you refuse because of your conscience, your religion, or because the war is unlawful?",
        "",
    ),
    "public_opposition": (
        "Have you opposed the war in public?",
        "For instance in posts, interviews, protests, donations or open letters.",
    ),
    "fought_in": (
        "Have you taken part in fighting?",
        "If so, say in which country. Who has fought may be asked about it by every authority "
        "that examines a claim.",
    ),
    "unit_accused": (
        "Is your unit accused of war crimes?", "The unit's name is not asked and not needed.",
    ),
    "state_secrets": ("Have you had access to state secrets?", "People who have are often "
                      "forbidden to leave their country for years."),
    "exit_ban": (
        "Has your country forbidden you to leave it?",
        "A summons, a debt, a criminal case or state secrets can each lead to it.",
    ),
    "leave_permission": (
        "Do you have a written permission of your command or service to travel abroad?", "",
    ),
    "evidence": (
        "What proof can you show, or ask someone to send?",
        "Tick what you have or can get. Photos count.",
    ),
    "proceeding": (
        "Is there a criminal case against you?",
        "Tick what it is about, if you know of one.",
    ),
    "proceeding.state": ("In which country is the case?", ""),
    "proceeding.article": ("Which article of the criminal code?", "Only the number, such as 337."),
    "proceeding.stage": ("How far has the case gone?", ""),
    "proceeding.listed": ("Where are you on a list of wanted people?", ""),
    "proceeding.restraint": ("Have you been ordered not to leave or to stay at home?", ""),
    "proceeding.on": ("When was that?", "The month and year are enough."),
    "order": (
        "Has any country decided against you?",
        "For instance expelled you, forbidden you to enter, or decided on extradition.",
    ),
    "order.by": ("Which country decided that?", ""),
    "order.on": ("When was it decided?", "The month and year are enough."),
    "order.until": ("Until when does it hold?", "The month and year are enough."),
    "order.scope": ("Does it hold for more than that country?", "Such as all of the Schengen area."),
    "claim": (
        "Have you asked for asylum in any country?",
        "Say where. If in more than one, the others can be added afterwards.",
    ),
    "claim.stage": ("How far has it gone?", ""),
    "claim.level": ("Who decided last?", ""),
    "claim.on": ("When was that?", "The month and year are enough."),
    "application": (
        "Have you applied for a visa, a passport or a residence permit?", "Tick each.",
    ),
    "application.in": ("In which country's office?", "The country whose paper it would be."),
    "application.stage": ("What came of it?", ""),
    "application.on": ("When was that?", "The month and year are enough."),
    "relative": (
        "Do you have close family in another country, or travelling with you?",
        "Family can decide which country examines a claim, and can open a visa.",
    ),
    "relative.in": ("Which country are they in?", ""),
    "relative.standing": ("On what basis are they there?", ""),
    "relative.nationalities": ("Which citizenship do they have?", ""),
    "relative.travels_with": ("Do they travel with you?", ""),
    "tie": (
        "Is there anything else that ties you to another country?", "Tick each.",
    ),
    "tie.in": ("Which country is it?", ""),
    "tie.from": ("Since when?", "The month and year are enough."),
    "tie.until": ("Until when?", "The month and year are enough."),
    "birth_year": ("In which year were you born?", "Age decides who is called up. The year is "
                   "enough."),
    "sex": ("What sex do your papers show?", "Call-up and exit rules depend on it."),
    "born_in": ("In which country were you born?", ""),
    "home_region": (
        "Which region are you from?",
        "In some countries people from certain regions are treated worse. No town is needed.",
    ),
    "nationality.acquired_on": ("When did you get that citizenship?", "The year is enough."),
    "nationality.disputed_by": ("Does any country not accept that citizenship?", ""),
}

#: Short names of what was answered, for the summary.
SHORT: Mapping[str, str] = {
    "present_in": "Where you are", "nationalities": "Citizenship",
    "in_transit_zone": "In an airport's transit area", "detained": "Held by someone",
    "detained_by": "Held by", "paper": "Papers", "standing": "Basis of your stay",
    "entered_regularly": "Came in through a border post", "entered_on": "Came in",
    "entered_from": "Came from", "entered_union_in": "First country of the European Union",
    "border_refusal": "Stopped or sent back at a border", "service": "Service",
    "duty": "Standing towards the army", "contract_forced": "Contract under force",
    "resignation": "Asked to leave the service", "exemption": "Exemption for conscience",
    "conscience": "Refuses for conscience or because the war is unlawful",
    "public_opposition": "Opposed the war in public", "fought_in": "Took part in fighting",
    "unit_accused": "Unit accused of war crimes", "state_secrets": "Access to state secrets",
    "exit_ban": "Forbidden to leave",
    "leave_permission": "Permission to travel abroad", "evidence": "Proof", "proceeding": "Criminal case",
    "order": "Decisions against you", "claim": "Asked for asylum", "application": "Applications",
    "relative": "Family", "tie": "Other ties", "birth_year": "Year of birth", "sex": "Sex",
    "born_in": "Born in", "home_region": "Home region",
    "nationality": "Citizenship in detail",
    "issuer": "issued by", "held": "where it is", "valid_until": "valid until",
    "valid_from": "valid from", "expired": "expired", "biometric": "with a chip", "visa": "kind",
    "seized_by": "taken by", "until": "until", "state": "country", "offence": "about",
    "article": "article", "stage": "stage", "listed": "wanted list", "restraint": "restriction",
    "on": "when", "by": "by", "scope": "holds for", "for": "for", "in": "in", "level": "decided by",
    "about": "about", "relation": "relation", "nationalities_of": "citizenship",
    "travels_with": "travels with you", "from": "since", "at": "at the border of",
    "to": "sent back to", "kind": "kind", "acquired_on": "since", "disputed_by": "not accepted by",
}

#: What each value means, by key and value; a value alone where it means the same everywhere.
VALUES: Mapping[str, str] = {
    "yes": "Yes", "no": "No",
    "sex.m": "Male", "sex.f": "Female",
    "service.none": "None", "service.conscript": "Conscript",
    "service.contract": "Soldier under contract", "service.mobilised": "Mobilised",
    "service.reservist": "In the reserve", "service.officer": "Officer",
    "service.alternative": "Civilian service instead",
    "service.security-service": "Security service, police or national guard",
    "service.private-company": "Private military company",
    "duty.none": "Not registered with the army",
    "duty.registered": "Registered, nothing has come",
    "duty.deferred": "Deferred or excused for now",
    "duty.summoned": "Got a summons",
    "duty.called-up": "Called up or mobilised, have not gone",
    "duty.ordered-to-deploy": "Serving, ordered to go to war",
    "duty.serving": "Serving",
    "duty.absent": "Left the unit or did not come back",
    "duty.deserted": "Left the unit for good",
    "duty.discharged": "Discharged",
    "duty.exempt": "Exempt for good",
    "resignation.none": "Did not ask", "resignation.requested": "Asked, no answer yet",
    "resignation.refused": "Asked and was refused", "resignation.accepted": "Asked and was let go",
    "exemption.none-exists": "No, there is no such way for people like me",
    "exemption.not-asked": "Yes, but I did not ask", "exemption.asked": "I asked, no answer yet",
    "exemption.refused": "I asked and was refused", "exemption.granted": "I was exempted",
    "standing.citizen": "I am a citizen here",
    "standing.visitor": "Visitor: without a visa or on a short visa",
    "standing.resident": "Residence permit", "standing.student": "Permit to study",
    "standing.worker": "Permit to work", "standing.applicant": "I have asked for asylum here",
    "standing.asylum-seeker": "Certificate of an asylum seeker",
    "standing.refugee": "Recognised as a refugee",
    "standing.subsidiary": "Subsidiary or humanitarian protection",
    "standing.temporary-protection": "Temporary protection",
    "standing.tolerated": "Tolerated: must leave, but is not made to",
    "standing.none": "None: the permission has run out, or there never was one",
    "paper.international-passport": "International passport",
    "paper.official-passport": "Service or diplomatic passport",
    "paper.internal-passport": "Internal passport", "paper.identity-card": "Identity card",
    "paper.military-id": "Military ID", "paper.seafarer-book": "Seafarer's book",
    "paper.return-certificate": "Certificate for return",
    "paper.refugee-travel-document": "Travel document of a refugee",
    "paper.alien-passport": "Alien's passport", "paper.laissez-passer": "Laissez-passer",
    "paper.visa": "Visa", "paper.residence-permit": "Residence permit",
    "paper.asylum-seeker-certificate": "Certificate of an asylum seeker",
    "paper.onward-ticket": "Ticket onwards", "paper.appointment": "Appointment at an office",
    "visa.short-stay": "Short stay", "visa.long-stay": "Long stay",
    "visa.humanitarian": "Humanitarian", "visa.asylum": "To ask for asylum",
    "visa.transit": "Transit", "visa.exit": "To leave",
    "held.held": "I have it", "held.seized": "It was taken from me",
    "held.surrendered": "I had to hand it in", "held.left-behind": "I left it behind",
    "held.lost": "It is lost",
    "offence.desertion": "Desertion", "offence.absence": "Leaving the unit without leave",
    "offence.evasion": "Not coming when called", "offence.disobedience": "Refusing an order",
    "offence.political": "Words or acts against the war or the state",
    "offence.border": "Crossing a border unlawfully", "offence.ordinary": "Something else",
    "stage.investigated": "Being looked into", "stage.charged": "Charged",
    "stage.wanted": "Charged and wanted", "stage.convicted": "Convicted",
    "listed.none": "On none", "listed.national": "On that country's own list",
    "listed.interstate": "On the list shared between former Soviet states",
    "listed.interpol": "On a list of Interpol",
    "restraint.none": "No", "restraint.not-to-leave": "Ordered not to leave",
    "restraint.house-arrest": "House arrest", "restraint.custody": "In custody",
    "order.expulsion": "Expulsion", "order.removal": "Removal or return",
    "order.entry-ban": "Forbidden to enter", "order.departure-deadline": "Told to leave by a day",
    "order.permit-revoked": "A permit was taken back",
    "order.security-listing": "Listed as a danger to security",
    "order.extradition-requested": "Extradition was asked for",
    "order.extradition-permissible": "A court found extradition permissible",
    "order.extradition-granted": "Extradition was granted",
    "order.extradition-refused": "Extradition was refused",
    "application.visa": "Visa", "application.laissez-passer": "Laissez-passer",
    "application.residence": "Residence permit", "application.citizenship": "Citizenship",
    "application.passport": "Passport", "application.humanitarian": "Humanitarian admission",
    "stage.voiced": "Asked, but not registered", "stage.lodged": "Lodged, no decision yet",
    "stage.inadmissible": "Not examined: another country or a formal reason",
    "stage.refused": "Refused", "stage.appealed": "Refused, an appeal is running",
    "stage.refused-final": "Refused for good", "stage.granted": "Granted",
    "stage.withdrawn": "Withdrawn",
    "level.administrative": "An office", "level.court": "A court",
    "level.further-court": "A higher court", "level.interim-relief": "A judge stopped the removal "
    "for now",
    "evidence.summons": "Summons", "evidence.mobilisation-order": "Mobilisation order",
    "evidence.military-id": "Military ID", "evidence.contract": "Contract",
    "evidence.deployment-order": "Order to go to war", "evidence.case-file": "Papers of the "
    "criminal case",
    "evidence.wanted-notice": "Notice that you are wanted",
    "evidence.court-judgment": "Judgment", "evidence.medical": "Medical papers",
    "evidence.witness": "Someone who can testify", "evidence.photo-video": "Photos or videos",
    "evidence.publication": "Articles or posts",
    "relative.spouse": "Husband or wife", "relative.partner": "Partner", "relative.child": "Child",
    "relative.unborn-child": "A child not yet born", "relative.parent": "Parent",
    "relative.sibling": "Brother or sister", "relative.grandparent": "Grandparent",
    "their.citizen": "Citizen", "their.visitor": "Visitor", "their.resident": "Residence permit",
    "their.student": "Permit to study", "their.worker": "Permit to work",
    "their.applicant": "Has asked for asylum", "their.asylum-seeker": "Certificate of an asylum "
    "seeker",
    "their.refugee": "Recognised as a refugee",
    "their.subsidiary": "Subsidiary or humanitarian protection",
    "their.temporary-protection": "Temporary protection", "their.tolerated": "Tolerated",
    "their.none": "None",
    "tie.invitation": "An invitation", "tie.job-offer": "An offer of work",
    "tie.study-offer": "A place to study", "tie.descent": "Ancestors from there",
    "tie.former-residence": "I lived there", "tie.vetted-by-ngo": "An organisation has checked my "
    "case and supports me",
    "border_refusal.refused": "Refused entry", "border_refusal.returned": "Sent back",
    "border_refusal.pushback": "Pushed back over the border",
    "border_refusal.stopped-leaving": "Not let out",
}

#: Words for the steps of the journey, in order.
SECTIONS: Mapping[str, str] = {
    "where": "Where you are", "papers": "Papers", "arrival": "How you came",
    "service": "Service and summons", "proceedings": "Proceedings",
    "protection": "Asylum and applications", "family": "Family and ties",
}

#: Answers to a yes-or-no question that opens a record for which nothing else is ticked.
NONE_OF: Mapping[str, str] = {
    "paper": "None of these", "proceeding": "No case", "order": "No decision",
    "claim": "No, nowhere", "application": "No application", "evidence": "Nothing",
    "relative": "No family there", "tie": "Nothing of this", "border_refusal": "No, never",
    "fought_in": "No",
}


def value_key(key: str, field: str, value: str) -> str:
    """The text for a value of a record's field or of an attribute.

    >>> value_key("paper", "kind", "visa"), value_key("duty", "duty", "serving")
    ('Visa', 'Serving')
    >>> value_key("relative", "standing", "none")
    'None'
    """
    if key == "relative" and field == "standing":
        return VALUES.get(f"their.{value}", value)
    for name in (f"{field}.{value}", f"{key}.{value}", value):
        if name in VALUES:
            return VALUES[name]
    return value
