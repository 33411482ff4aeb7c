-- An index of words takes a megabyte of them. A text with more different words, such as a table of a whole register that
-- came from another site, is found by those of its beginning.
alter function text_words_of(text, text, text) rename to all_words_of;
create function text_words_of(title text, lead text, body text) returns tsvector language plpgsql stable as $$
declare
    words tsvector;
begin
    words := all_words_of(title, lead, body);
    -- the words of tags come on top
    if pg_column_size(words) < 1000000 then
        return words;
    end if;
    return all_words_of(title, lead, left(body, 100000));
exception when program_limit_exceeded then
    return all_words_of(title, lead, left(body, 100000));
end $$;
