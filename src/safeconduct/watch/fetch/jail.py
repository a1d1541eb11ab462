"""Shuts a process in: no files but the system's own to read, none to write, bounded memory and time.

Each measure that the machine offers is taken; what was taken is told, so that it can be tested.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys

_NO_NEW_PRIVS = 38
_DUMPABLE = 4
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_ALL_FILES = (1 << 13) - 1
_ALL_NET = 3
_NOBODY = 65534


def shut(
    *,
    megabytes: int,
    seconds: int,
    readable: tuple[str, ...] = (),
    network: bool = False,
    nobody: bool = True,
) -> tuple[str, ...]:
    """Give up everything that is not needed; say what was given up.

    Args:
        readable: Folders that stay readable besides the system's own.
        network: Whether connecting stays allowed.
        nobody: Whether a process of root becomes nobody; then nothing more can be loaded from
            root's own folders.

    """
    done = []
    os.chdir("/")
    os.umask(0o077)
    os.closerange(3, 4096)
    for name, limit in (
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        try:
            resource.setrlimit(name, (limit, limit))
        except (ValueError, OSError):
            continue
    done.append("limits")
    if not sys.platform.startswith("linux"):
        return tuple(done)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        done.append("no-new-privileges")
    system = ("/etc", "/run/systemd/resolve") if network else ()
    if _landlock(libc, (*system, *readable), network=network):
        done.append("landlock")
    if nobody and os.geteuid() == 0:
        try:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
            done.append("nobody")
        except OSError:
            pass
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    return tuple(done)


def _landlock(libc: ctypes.CDLL, readable: tuple[str, ...], *, network: bool) -> bool:
    """Allow reading of the system's folders and nothing else, where the kernel can."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    handled = _ALL_FILES | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    net = _ALL_NET if version >= 4 and not network else 0
    attributes = struct.pack("QQ", handled, net) if version >= 4 else struct.pack("Q", handled)
    ruleset = libc.syscall(
        _LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return False
    try:
        for folder in ("/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix, *readable):
            try:
                handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            rule = struct.pack("=Qi", _READ_FILE | _READ_DIR | _EXECUTE, handle)
            libc.syscall(_LANDLOCK_ADD, ruleset, ctypes.c_int(1), rule, ctypes.c_uint32(0))
            os.close(handle)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)
