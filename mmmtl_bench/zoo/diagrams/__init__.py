"""Pictures of the architectures, drawn from descriptions and from the networks themselves."""
