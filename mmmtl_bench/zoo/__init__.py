"""The model zoo: what each config is, what its network costs, and the tables that say so."""
