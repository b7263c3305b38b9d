"""What git says."""


class GitError(ValueError):
    """Git cannot answer: the message says why."""


def git(*arguments: str, given: bytes = b"", silent: str = "") -> bytes:
    """What git prints, asked in the working folder, with these bytes on its standard input.

    Raises:
        GitError: it is not installed, or ends with an error; `silent` is said where it does not say which.
    """
    import subprocess  # not above: most runs ask nothing of git

    try:
        return subprocess.run(["git", *arguments], input=given, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise GitError(f"git says: {said or silent or f'exit code {error.returncode}'}") from None
