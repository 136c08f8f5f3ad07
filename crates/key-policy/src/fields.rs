//! The field table: the one place that says what a management key consists of.
//!
//! Readers, rules, the change module, the Pulumi schema and the documentation all read these rows; none of
//! them repeats a fact that stands here. Source of the facts: the page of the `descope_management_key`
//! resource and the wire contract of the infra API.

use crate::document::Dialect;

/// One field of a management key or of an object inside it.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// The name in Terraform and in plain declarations.
    pub snake: &'static str,
    /// The name in Pulumi.
    pub camel: &'static str,
    /// The name in the infra API.
    pub wire: &'static str,
    /// What its values look like.
    pub kind: Kind,
    /// Who sets it.
    pub presence: Presence,
    /// What a change of it does to an existing key.
    pub on_change: Effect,
    /// What it is for, in Markdown.
    pub docs: &'static str,
}

/// The shape of a value.
#[derive(Debug, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these texts; the first is the default.
    OneOf(&'static [&'static str]),
    /// A moment as whole unix seconds; 0 means never.
    UnixSeconds,
    /// A list whose order counts.
    List(&'static Kind),
    /// A list whose order and repetitions do not count.
    Set(&'static Kind),
    /// An object with these members.
    Object(&'static Object),
}

/// The members of an object, under the name that schemas give its type.
#[derive(Debug, PartialEq)]
pub struct Object {
    /// The type's name in a schema.
    pub name: &'static str,
    /// What it is for, in Markdown.
    pub docs: &'static str,
    /// Its members.
    pub fields: &'static [&'static Field],
}

/// Who sets a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The author must.
    Required,
    /// The author may.
    Optional,
    /// Only the service does.
    ReadOnly {
        /// Whether the value must never be shown.
        secret: bool,
    },
}

/// What a change does to an existing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The key stays, with the same secret.
    Update,
    /// A new key with a new secret takes its place, and every consumer of the old secret breaks.
    Replace,
}

/// `name`.
pub static NAME: Field = Field {
    snake: "name",
    camel: "name",
    wire: "name",
    kind: Kind::Text,
    presence: Presence::Required,
    on_change: Effect::Update,
    docs: "A name for the management key. It must not be blank.",
};

/// The longest description that the official providers take, in characters. Ours and the service are not known to have a
/// limit.
pub const LONGEST_DESCRIPTION: usize = 254;

/// `description`.
pub static DESCRIPTION: Field = Field {
    snake: "description",
    camel: "description",
    wire: "description",
    kind: Kind::Text,
    presence: Presence::Optional,
    on_change: Effect::Update,
    docs: "A description of the management key.",
};

/// `status`.
pub static STATUS: Field = Field {
    snake: "status",
    camel: "status",
    wire: "status",
    kind: Kind::OneOf(&["active", "inactive"]),
    presence: Presence::Optional,
    on_change: Effect::Update,
    docs: "Whether the key works: `active` (the default) or `inactive`. An inactive key keeps its \
           secret and can be made active again.",
};

/// `permitted_ips`.
pub static PERMITTED_IPS: Field = Field {
    snake: "permitted_ips",
    camel: "permittedIps",
    wire: "permittedIps",
    kind: Kind::List(&Kind::Text),
    presence: Presence::Optional,
    on_change: Effect::Update,
    docs: "The IP addresses and CIDR ranges from which the key may be used. If not set, the key can be \
           used from any address.",
};

/// `expire_time`.
pub static EXPIRE_TIME: Field = Field {
    snake: "expire_time",
    camel: "expireTime",
    wire: "expireTime",
    kind: Kind::UnixSeconds,
    presence: Presence::Optional,
    on_change: Effect::Replace,
    docs: "When the key expires, in unix seconds, at most 2147483647. If not set or 0, it never does. \
           Changing this value replaces the key.",
};

/// `rebac`.
pub static REBAC_FIELD: Field = Field {
    snake: "rebac",
    camel: "rebac",
    wire: "reBac",
    kind: Kind::Object(&REBAC),
    presence: Presence::Required,
    on_change: Effect::Replace,
    docs: "What the key may do: roles for the whole company, or roles for projects and for project \
           tags. Changing this value replaces the key.",
};

/// `id`.
pub static ID: Field = Field {
    snake: "id",
    camel: "id",
    wire: "id",
    kind: Kind::Text,
    presence: Presence::ReadOnly { secret: false },
    on_change: Effect::Update,
    docs: "The id that the service gave the key.",
};

/// `cleartext`.
pub static CLEARTEXT: Field = Field {
    snake: "cleartext",
    camel: "cleartext",
    wire: "cleartext",
    kind: Kind::Text,
    presence: Presence::ReadOnly { secret: true },
    on_change: Effect::Update,
    docs: "The secret itself. The service gives it once, in its reply to the creation; it cannot be \
           read again, so an imported key has none.",
};

/// The management key itself.
pub static MANAGEMENT_KEY: Object = Object {
    name: "ManagementKey",
    docs: "A credential for programmatic access to the Descope management API and SDKs.",
    fields: &[
        &NAME,
        &DESCRIPTION,
        &STATUS,
        &PERMITTED_IPS,
        &EXPIRE_TIME,
        &REBAC_FIELD,
        &ID,
        &CLEARTEXT,
    ],
};

/// `company_roles`.
pub static COMPANY_ROLES: Field = Field {
    snake: "company_roles",
    camel: "companyRoles",
    wire: "companyRoles",
    kind: Kind::Set(&Kind::Text),
    presence: Presence::Optional,
    on_change: Effect::Replace,
    docs: "Roles for the whole company. Excludes `projectRoles` and `tagRoles`.",
};

/// `project_roles`.
pub static PROJECT_ROLES: Field = Field {
    snake: "project_roles",
    camel: "projectRoles",
    wire: "projectRoles",
    kind: Kind::List(&Kind::Object(&PROJECT_GRANT)),
    presence: Presence::Optional,
    on_change: Effect::Replace,
    docs: "Roles for single projects, named by their ids.",
};

/// `tag_roles`.
pub static TAG_ROLES: Field = Field {
    snake: "tag_roles",
    camel: "tagRoles",
    wire: "tagRoles",
    kind: Kind::List(&Kind::Object(&TAG_GRANT)),
    presence: Presence::Optional,
    on_change: Effect::Replace,
    docs: "Roles for all projects that carry a tag.",
};

/// `rebac`: what a key may do.
pub static REBAC: Object = Object {
    name: "Rebac",
    docs: "What a management key may do. Company roles exclude project and tag roles; at least one grant is \
           needed.",
    fields: &[&COMPANY_ROLES, &PROJECT_ROLES, &TAG_ROLES],
};

/// `project_ids`.
pub static PROJECT_IDS: Field = Field {
    snake: "project_ids",
    camel: "projectIds",
    wire: "projectIds",
    kind: Kind::Set(&Kind::Text),
    presence: Presence::Required,
    on_change: Effect::Replace,
    docs: "The ids of the projects.",
};

/// One element of `project_roles`.
pub static PROJECT_GRANT: Object = Object {
    name: "ProjectGrant",
    docs: "Roles for single projects.",
    fields: &[&PROJECT_IDS, &ROLES],
};

/// `tags`.
pub static TAGS: Field = Field {
    snake: "tags",
    camel: "tags",
    wire: "tags",
    kind: Kind::Set(&Kind::Text),
    presence: Presence::Required,
    on_change: Effect::Replace,
    docs: "The project tags.",
};

/// One element of `tag_roles`.
pub static TAG_GRANT: Object = Object {
    name: "TagGrant",
    docs: "Roles for all projects that carry a tag.",
    fields: &[&TAGS, &ROLES],
};

/// `roles`, of either grant.
pub static ROLES: Field = Field {
    snake: "roles",
    camel: "roles",
    wire: "roles",
    kind: Kind::Set(&Kind::Text),
    presence: Presence::Required,
    on_change: Effect::Replace,
    docs: "The roles that are granted.",
};

impl Field {
    /// The name in `dialect`.
    pub fn name(&self, dialect: Dialect) -> &'static str {
        if dialect.is_pulumi() {
            self.camel
        } else {
            self.snake
        }
    }

    /// Whether the author must set it in `dialect`. The official package of Pulumi makes up a name for a key without one.
    pub fn is_required(&self, dialect: Dialect) -> bool {
        let is_made_up = dialect == Dialect::Pulumi && std::ptr::eq(self, &NAME);
        self.presence == Presence::Required && !is_made_up
    }

    /// Whether only the service sets it.
    pub fn is_read_only(&self) -> bool {
        matches!(self.presence, Presence::ReadOnly { .. })
    }

    /// Whether its value must never be shown.
    pub fn is_secret(&self) -> bool {
        self.presence == Presence::ReadOnly { secret: true }
    }
}

impl Object {
    /// The member called `name` in `dialect`.
    pub fn field(&self, name: &str, dialect: Dialect) -> Option<&'static Field> {
        self.fields
            .iter()
            .copied()
            .find(|field| field.name(dialect) == name)
    }
}

impl Kind {
    /// What a value of this kind is, with its article: `a list`.
    pub fn described(&self) -> &'static str {
        match self {
            Kind::Text | Kind::OneOf(_) => "a string",
            Kind::UnixSeconds => "a number of unix seconds",
            Kind::List(_) | Kind::Set(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camel_and_snake_names_are_the_same_words() {
        fn visit(object: &Object) {
            for field in object.fields {
                let snake: String = field
                    .camel
                    .chars()
                    .flat_map(|c| {
                        if c.is_uppercase() {
                            vec!['_', c.to_ascii_lowercase()]
                        } else {
                            vec![c]
                        }
                    })
                    .collect();
                assert_eq!(field.snake, snake);
                match &field.kind {
                    Kind::Object(inner) | Kind::List(Kind::Object(inner)) => visit(inner),
                    _ => {}
                }
            }
        }
        visit(&MANAGEMENT_KEY);
    }
}
