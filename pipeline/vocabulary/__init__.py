"""Words shared by all: identifiers, streams, the local day. No input or output."""
