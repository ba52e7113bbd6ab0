"""The probe: a process in the target interpreter that loads what is to be loaded and reports facts.

``client`` is our side. ``agent`` is a program of its own: it runs in the target interpreter (Python
3.8 and newer, standard library only) and imports nothing of this package.
"""
