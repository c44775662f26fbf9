"""The sub-commands of this layer; `evenkeel.py` lists them."""
