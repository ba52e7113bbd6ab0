#!/bin/bash
bash genes/heartbeat.sh &
# python3 -m genes
cd genes
gunicorn server:application
