//! Where an article stands, and what moves it on: one table.

use crate::features::audit::Action;
use crate::web::permissions::Permission;

/// Where an article stands, by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "article_stage", rename_all = "snake_case")]
pub enum Stage {
    Draft,
    /// Somebody who may publish is to read it.
    InReview,
    /// It is published once its time has come.
    Scheduled,
    Published,
    /// Its time is over.
    Ended,
    /// It was taken back; its address says why.
    Withdrawn,
}

impl Stage {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::InReview, Self::Scheduled, Self::Published, Self::Ended, Self::Withdrawn];

    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Bản nháp",
            Self::InReview => "Chờ duyệt",
            Self::Scheduled => "Hẹn giờ",
            Self::Published => "Đã đăng",
            Self::Ended => "Hết hạn",
            Self::Withdrawn => "Đã gỡ",
        }
    }

    /// Its name in addresses.
    pub fn value(self) -> &'static str {
        match self {
            Self::Draft => "nhap",
            Self::InReview => "cho-duyet",
            Self::Scheduled => "hen-gio",
            Self::Published => "da-dang",
            Self::Ended => "het-han",
            Self::Withdrawn => "da-go",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.value() == text)
    }
}

/// Something that moves an article on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send it to somebody who may publish.
    Send,
    /// Take it back before it was read.
    Recall,
    /// Give it back to its writer with a note.
    Return,
    /// Show it to the public now; what the public sees already is replaced.
    Publish,
    /// Show it to the public later.
    Schedule,
    /// Not at that time.
    Unschedule,
    /// End it now; its address says that its time is over.
    End,
    /// Take it back with a sentence for readers, or in favour of another article.
    Withdraw,
    /// Throw a draft away.
    Discard,
    /// Bring a draft back that was thrown away.
    BringBack,
}

/// What a step needs besides the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    /// Everything that a reader needs is there.
    Complete,
    /// The same, and a time ahead.
    CompleteAndTime,
    /// A note for the writer.
    Note,
    /// A sentence for readers, or the article that takes its place.
    Message,
}

/// A line of the table of transitions.
#[derive(Debug)]
pub struct Transition {
    pub step: Step,
    pub from: &'static [Stage],
    /// Where it leads; `None` where the stage stays.
    pub to: Option<Stage>,
    pub permission: Permission,
    pub need: Need,
}

/// From where, whereto, who, and what is required.
pub const TRANSITIONS: &[Transition] = {
    use Need::{Complete, CompleteAndTime, Message, Note, Nothing};
    use Permission::{PublishArticles, WriteArticles};
    use Stage::{Draft, Ended, InReview, Published, Scheduled, Withdrawn};
    const fn line(
        step: Step,
        from: &'static [Stage],
        to: Option<Stage>,
        permission: Permission,
        need: Need,
    ) -> Transition {
        Transition { step, from, to, permission, need }
    }
    &[
        line(Step::Send, &[Draft], Some(InReview), WriteArticles, Complete),
        // a draft beside a published text
        line(Step::Send, &[Published, Scheduled, Ended], None, WriteArticles, Complete),
        line(Step::Recall, &[InReview], Some(Draft), WriteArticles, Nothing),
        line(Step::Recall, &[Published, Scheduled, Ended], None, WriteArticles, Nothing),
        line(Step::Return, &[InReview], Some(Draft), PublishArticles, Note),
        line(Step::Return, &[Published, Scheduled, Ended], None, PublishArticles, Note),
        line(
            Step::Publish,
            &[Draft, InReview, Scheduled, Published, Ended, Withdrawn],
            Some(Published),
            PublishArticles,
            Complete,
        ),
        line(Step::Schedule, &[Draft, InReview, Scheduled], Some(Scheduled), PublishArticles, CompleteAndTime),
        line(Step::Unschedule, &[Scheduled], Some(Draft), PublishArticles, Nothing),
        line(Step::End, &[Published], Some(Ended), PublishArticles, Nothing),
        line(Step::Withdraw, &[Published, Ended, Withdrawn], Some(Withdrawn), PublishArticles, Message),
        line(Step::Discard, &[Draft], None, WriteArticles, Nothing),
        line(Step::BringBack, &[Draft], None, WriteArticles, Nothing),
    ]
};

impl Step {
    pub const ALL: [Self; 10] = [
        Self::Send,
        Self::Recall,
        Self::Return,
        Self::Publish,
        Self::Schedule,
        Self::Unschedule,
        Self::End,
        Self::Withdraw,
        Self::Discard,
        Self::BringBack,
    ];

    /// The transition from this stage, if there is one.
    pub fn find_transition(self, from: Stage) -> Option<&'static Transition> {
        TRANSITIONS.iter().find(|line| line.step == self && line.from.contains(&from))
    }

    /// What the record says.
    pub const fn action(self) -> Action {
        match self {
            Self::Send => Action::new("send-article", "gửi duyệt bài viết"),
            Self::Recall => Action::new("recall-article", "rút bài viết khỏi hàng chờ duyệt"),
            Self::Return => Action::new("return-article", "trả lại bài viết"),
            Self::Publish => Action::new("publish-article", "đăng bài viết"),
            Self::Schedule => Action::new("schedule-article", "hẹn giờ đăng bài viết"),
            Self::Unschedule => Action::new("unschedule-article", "hủy hẹn giờ đăng bài viết"),
            Self::End => Action::new("end-article", "kết thúc đăng bài viết"),
            Self::Withdraw => Action::new("withdraw-article", "gỡ bài viết"),
            Self::Discard => Action::new("discard-article", "bỏ bản nháp"),
            Self::BringBack => Action::new("bring-back-article", "khôi phục bản nháp"),
        }
    }

    /// Its name in forms.
    pub fn value(self) -> &'static str {
        self.action().name
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.value() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        assert!(Stage::ALL.into_iter().all(|stage| Stage::parse(stage.value()) == Some(stage)));
        assert!(Step::ALL.into_iter().all(|step| Step::parse(step.value()) == Some(step)));
    }

    #[test]
    fn a_stage_has_one_transition_a_step() {
        for (step, stage) in Step::ALL.into_iter().flat_map(|step| Stage::ALL.map(|stage| (step, stage))) {
            let lines = TRANSITIONS.iter().filter(|line| line.step == step && line.from.contains(&stage)).count();
            assert!(lines <= 1, "{step:?} from {stage:?}");
        }
    }
}
