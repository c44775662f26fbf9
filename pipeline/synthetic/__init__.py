"""A synthetic cohort: raw exports in the platforms' own formats of people who never lived, and the truth beside them.

The way of the data: `person` draws who somebody is and what befalls them, `life` what they and their phone do on the
continuous timeline, `formats` what the platforms would have written of it, `truth` what really happened.
Nothing here knows of features or rules of detection, so that those can be tried against it.
"""
