-- Terms that flag a comment.

create table terms (
    term text primary key constraint term_length check (char_length(term) between 2 and 60),
    added_at timestamptz not null default now()
);
-- Lists of the program that were imported: what an administrator removed afterwards does not come back.
create table imported_term_lists (version integer primary key);

create trigger notify_terms after insert or update or delete on terms
    for each statement execute function notify_channel('settings');
