"""What is for sale: feeds, products and prices, pictures, and the catalogue that draws itself.

Knows nothing of vectors. Imports nothing from the other rooms.
"""
