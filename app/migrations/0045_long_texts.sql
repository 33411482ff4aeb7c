-- An index of words takes a megabyte of them. A text with more different words, such as a table of a whole register that
-- came from another site, is found by those of its beginning.
alter function text_words_of(text, text, text) rename to all_words_of;
create function text_words_of(title text, lead text, body text) returns tsvector language plpgsql stable as $$
begin
    return all_words_of(title, lead, body);
exception when program_limit_exceeded then
    return all_words_of(title, lead, left(body, 100000));
end $$;
