"""The guide: plain pages that ask a person in flight what matters, and tell what is open.

`app` puts it together; `journey` says what is asked and in which order, `state` carries the
answers in the form and nowhere else, `guard` keeps out what does not belong, `words` gives every
text its language, and `pages` has one function a page. Every page that shows an answer shows what
`explain.plan_json` says of it. Nothing a person says is stored or logged here.
"""
