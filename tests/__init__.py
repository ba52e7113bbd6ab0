"""Tests of connexion-doctor."""
