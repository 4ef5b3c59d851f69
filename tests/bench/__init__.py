"""`make bench`: how fast the pages are with few cases and with many.

Times are given in milliseconds and as multiples of the cheapest page there can be (the floor).
"""
