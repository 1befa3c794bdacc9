{{ return_pairs() }}
