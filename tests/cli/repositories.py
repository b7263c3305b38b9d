"""Repositories that the tests make: texts, and what is done with git."""

import subprocess

OLD = "The harbour office opens at nine in winter, and closes again at four when few boats are out."
NEW = OLD.replace("nine", "ten")
OTHER = "Whoever takes the last ferry home may leave the bicycle at the north gate until the next morning."


def git(*arguments, folder="."):
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def commit(message):
    git("add", "-A")
    git("commit", "-qm", message, "--no-verify")
