-- What tells the same comment or report, sent twice, from two; and names of one letter.

alter table comments
    -- the hash of the token that the browser makes when its writer begins to type
    add column token_hash bytea constraint comment_token check (octet_length(token_hash) = 32),
    -- the day's hash of the line and the browser that sent it; its key is deleted with the day
    add column sender bytea constraint comment_sender check (octet_length(sender) = 16),
    drop constraint comment_name,
    add constraint comment_name check (char_length(name) between 1 and 60);

alter table reports add column sender bytea constraint report_sender check (octet_length(sender) = 16);
