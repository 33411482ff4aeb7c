-- Where comments or ratings are closed: at one article, or everywhere where the article is null.

create table closures (
    article_id bigint references articles on delete cascade,
    comments boolean not null,
    ratings boolean not null,
    -- the sentence that readers see
    message text not null constraint closure_message check (char_length(message) between 1 and 300),
    closed_at timestamptz not null default now(),
    constraint closure_once unique nulls not distinct (article_id),
    constraint closure_of_something check (comments or ratings)
);
create trigger notify_closures after insert or update or delete on closures
    for each statement execute function notify_channel('closures');
