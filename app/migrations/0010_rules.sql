-- Words that hold a comment, and why each comment needs a look.
create table words (
    term text primary key constraint word_length check (char_length(term) between 2 and 60),
    added_at timestamptz not null default now()
);
-- Lists of the program that were taken in: what an administrator removed afterwards does not come back.
create table word_lists (version integer primary key);
create trigger notify_words after insert or update or delete on words for each statement execute function notify_channel('settings');

alter table comments add column reasons jsonb not null default '[]';
create index comments_reasons on comments using gin (reasons jsonb_path_ops) where state in ('held', 'blocked');
