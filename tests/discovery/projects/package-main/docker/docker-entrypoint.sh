#!/bin/bash
set -e
exec api_server $@
