"""`make bench`: how fast the pages are with few cases and with many, as multiples of the cheapest
page there can be.
"""
