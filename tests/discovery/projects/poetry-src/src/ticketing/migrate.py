def main() -> None:
    print("migrated")
