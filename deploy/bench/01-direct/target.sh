# No proxy: the load calls the upstream itself, both on one core, as in the other experiments.
target_command=()
