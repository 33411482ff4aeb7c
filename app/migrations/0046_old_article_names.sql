-- An address of an old site that has the form of this one's is found by its readable part and its number there.
create index origins_of_article_names on origins (alias, key) where kind = 'article';
