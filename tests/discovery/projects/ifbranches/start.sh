if [ "$ENVIRONMENT" = "production" ]; then
    gunicorn -w 4 -b 0.0.0.0:80 main:app
else
    python main.py
fi
