"""Parses a message with Python's email package and prints its content and defects as JSON."""

import email
import email.policy
import json
import sys


def text_of(part):
    return part.get_content() if part.get_content_maintype() == "text" else None


with open(sys.argv[1], "rb") as file:
    message = email.message_from_binary_file(file, policy=email.policy.default)

parts = list(message.walk())
json.dump(
    {
        "subject": message["subject"],
        "defects": [
            *(f"{part.get_content_type()}: {defect!r}" for part in parts for defect in part.defects),
            *(f"{name}: {defect!r}" for part in parts for name, value in part.items() for defect in value.defects),
        ],
        "parts": [{"type": part.get_content_type(), "text": text_of(part)} for part in parts],
    },
    sys.stdout,
)
