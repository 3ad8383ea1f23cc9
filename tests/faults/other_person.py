"""Somebody else by the kernel's word, for what an author may not do: the user
'daemon', in our group, if we are root and have setpriv."""
import os
import pathlib
import pwd
import shutil
import subprocess


def login_uid_is_set():
    """Who logged in as somebody stays that person."""
    try:
        return pathlib.Path("/proc/self/loginuid").read_text() != "4294967295"
    except OSError:
        return False


def other_person(program, registry):
    """A function that runs muster's words on the registry as daemon; None
    where we cannot be other people."""
    if os.geteuid() != 0 or not shutil.which("setpriv") or \
            login_uid_is_set():
        return None
    try:
        uid = pwd.getpwnam("daemon").pw_uid
    except KeyError:
        return None
    folder = pathlib.Path(registry).parent
    folder.chmod(0o2770)
    for file in folder.glob(pathlib.Path(registry).name + "*"):
        file.chmod(0o660)  # the journal, too
    for above in folder.parents:
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o010)
    home = folder / "daemon"
    home.mkdir(exist_ok=True)
    os.chown(home, uid, 0)
    copy = folder / "muster-of-daemon"
    shutil.copy(program, copy)
    copy.chmod(0o755)

    def run(*words):
        return subprocess.run(
            ["setpriv", "--reuid=daemon", "--regid=root", "--clear-groups",
             "env", "HOME=%s" % home, "XDG_STATE_HOME=%s" % home, str(copy),
             "-R", str(registry), *words], capture_output=True)
    return run
