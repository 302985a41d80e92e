"""Every sentence that the public reads, in both languages side by side.

What a page says is stated here once, by its subject, and said where it is shown: ``SENTENCE.say(n=3)`` gives
a text in both languages, of which the page takes one. The four causes are named in one table,
:data:`.sentence.CAUSE_WORDS`, from which every sentence has its word.
"""
