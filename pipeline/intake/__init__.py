"""Intake: from export files to rows we trust. Nothing is lost, nothing is read twice, nothing bad goes in silently.

`discover` finds files and plans, `read` turns files into accepted and refused rows, `commit` puts them in the lake.
"""
