//! The reasons for which readers report a comment.

/// Why a comment is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "report_reason", rename_all = "snake_case")]
pub enum ReportReason {
    Insult,
    Personal,
    Advertising,
    Untrue,
    Other,
}

impl ReportReason {
    pub const ALL: [Self; 5] = [Self::Insult, Self::Personal, Self::Advertising, Self::Untrue, Self::Other];

    /// Its value in the form.
    pub fn value(self) -> &'static str {
        match self {
            Self::Insult => "insult",
            Self::Personal => "personal",
            Self::Advertising => "advertising",
            Self::Untrue => "untrue",
            Self::Other => "other",
        }
    }

    /// Reads the value of the form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.value() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Insult => "Xúc phạm người khác",
            Self::Personal => "Lộ thông tin cá nhân",
            Self::Advertising => "Quảng cáo",
            Self::Untrue => "Sai sự thật",
            Self::Other => "Lý do khác",
        }
    }
}
