worker_class = 5
