#!/bin/sh
flake8 src
