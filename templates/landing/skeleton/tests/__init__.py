"""Tests of the site, through its pages as people use them."""
