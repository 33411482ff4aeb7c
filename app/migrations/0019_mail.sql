-- Writers who ask for it are told once what became of their comment; staff who ask for it get a mail a day.
alter table comments
    add column tell boolean not null default false,
    add column told_at timestamptz,
    add column tell_tries smallint not null default 0,
    add column tell_next timestamptz;
create index comments_to_tell on comments (decided_at) where tell and told_at is null;
alter table accounts
    add column email text constraint account_email check (char_length(email) between 3 and 254),
    add column daily_mail boolean not null default false,
    -- the day of the last one, in the site's zone
    add column mailed_on date;
