"""Tests of the application, through its pages as people use them."""
