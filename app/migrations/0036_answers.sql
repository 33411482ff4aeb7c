-- The office corrects its answers; the wordings before stay for staff.
create table answer_versions (
    comment_id bigint not null references comments on delete cascade,
    -- the version of the answer that had this wording
    version integer not null,
    body text not null,
    replaced_at timestamptz not null default now(),
    replaced_by bigint references accounts,
    primary key (comment_id, version)
);

-- What the office answers again and again, with blanks that are filled in.
create table saved_answers (
    id bigint generated always as identity primary key,
    title text not null
        constraint saved_answer_title check (char_length(title) between 1 and 120)
        constraint saved_answer_taken unique,
    body text not null constraint saved_answer_body check (char_length(body) between 10 and 3000),
    changed_by bigint references accounts,
    changed_at timestamptz not null default now(),
    revision integer not null default 1
);
