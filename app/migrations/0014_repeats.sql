-- What tells the same comment or report, sent twice, from two; and names of one letter.

alter table comments
    -- the hash of the token that the browser makes when its writer begins to type
    add column token_hash bytea constraint comment_token check (octet_length(token_hash) = 32),
    -- the day's hash of the line and the browser that sent it, for the minutes in which a repeat is looked for
    add column sender bytea constraint comment_sender check (octet_length(sender) = 16),
    drop constraint comment_name,
    add constraint comment_name check (char_length(name) between 1 and 60);
create index comments_sender on comments (created_at) where sender is not null;

alter table reports
    -- the same, until the end of the day
    add column sender bytea constraint report_sender check (octet_length(sender) = 16),
    -- stands for one reader of this comment: several reports from one line and browser on one day have the same
    add column reader bytea not null default random_hash();
create index reports_sender on reports (created_at) where sender is not null;

-- Every look-alike of the letter is the letter, as in the program.
create or replace function fold_text(given text) returns text language sql immutable strict as $$
    select lower(regexp_replace(
        translate(normalize(given, NFD), 'đĐðÐɖƉᵭꟈꟇ', 'ddddddddd'), '[\u0300-\u036F]', '', 'g'
    ))
$$;
-- computes the folded text anew
update comments set name = name where name || body ~ '[ðÐɖƉᵭꟈꟇ]';
