"""What is to be judged: from what was asked, the configuration and the project to launches."""
