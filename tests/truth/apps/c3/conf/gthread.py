from multiprocessing import cpu_count

workers = min(cpu_count(), 1)
worker_class = "gthread"
threads = 2
