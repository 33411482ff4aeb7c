-- Where comments or ratings are closed: at one article, or, without one, everywhere.
create table closures (
    article_id bigint references articles on delete cascade,
    comments boolean not null,
    ratings boolean not null,
    words text not null constraint closure_words check (char_length(words) between 1 and 300),
    closed_at timestamptz not null default now(),
    constraint closure_once unique nulls not distinct (article_id),
    constraint closure_of_something check (comments or ratings)
);
create function notify_closures() returns trigger language plpgsql as $$
begin
    perform pg_notify('closures', '');
    return null;
end $$;
create trigger notify_closures after insert or update or delete on closures for each statement execute function notify_closures();
