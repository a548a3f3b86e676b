-- The words of events, to be searched: folded, each once, separated by one space. The index keeps words only, no
-- texts and no places in them. It can be made anew from the events at any time, so it is not carried from one engine to
-- the other. The tokenizer cuts at spaces and takes every letter that is not ASCII for part of a word: what a word is
-- was decided before.
CREATE VIRTUAL TABLE search_index USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
