//! What `pulumi convert` and `pulumi import --from` need to know to turn Terraform's `descope_management_key` into our resource.
//!
//! The form is that of Pulumi's Terraform converter (pulumi/pulumi-terraform-bridge, pkg/tfbridge/info). Names are not given: the
//! converter's own rule leads from Terraform's names to Pulumi's, which a test of the field table proves.

use key_policy::fields::{Effect, Field, Kind, MANAGEMENT_KEY, Object, Presence};
use serde_json::{Map, Value, json};

use crate::schema::MANAGEMENT_KEY_TOKEN;

/// The converter's name for what Terraform programs are.
pub(crate) const KEY: &str = "terraform";
/// The name of the Terraform provider.
pub(crate) const SOURCE: &str = "descope";

/// The name of the Terraform resource.
const RESOURCE: &str = "descope_management_key";

/// The types of the converter (pkg/tfshim/shim.go).
const INTEGER: u8 = 2;
const TEXT: u8 = 4;
const LIST: u8 = 5;
const OBJECT: u8 = 6;
const SET: u8 = 7;

/// The mapping as JSON.
pub(crate) fn terraform() -> String {
    let setting = json!({ "type": TEXT, "optional": true });
    json!({
        "name": SOURCE,
        "version": env!("CARGO_PKG_VERSION"),
        "provider": {
            "schema": { "base_url": setting, "management_key": setting, "project_id": setting },
            "resources": { RESOURCE: members(&MANAGEMENT_KEY) },
        },
        "resources": { RESOURCE: { "tok": MANAGEMENT_KEY_TOKEN, "fields": {}, "idFields": null } },
    })
    .to_string()
}

fn members(object: &Object) -> Map<String, Value> {
    object
        .fields
        .iter()
        .map(|field| (field.snake.to_owned(), attribute(field)))
        .collect()
}

fn attribute(field: &Field) -> Value {
    let mut attribute = of_kind(&field.kind);
    let presence = match field.presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::ReadOnly { .. } => "computed",
    };
    attribute[presence] = json!(true);
    if field.on_change == Effect::Replace {
        attribute["forceNew"] = json!(true);
    }
    attribute
}

fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text | Kind::OneOf(_) => json!({ "type": TEXT }),
        Kind::UnixSeconds => json!({ "type": INTEGER }),
        Kind::List(inner) => json!({ "type": LIST, "element": element(inner) }),
        Kind::Set(inner) => json!({ "type": SET, "element": element(inner) }),
        // The converter has no type for one object: it is a map whose element has members.
        Kind::Object(object) => json!({ "type": OBJECT, "element": { "resource": members(object) } }),
    }
}

fn element(kind: &Kind) -> Value {
    match kind {
        Kind::Object(object) => json!({ "resource": members(object) }),
        other => json!({ "schema": of_kind(other) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_the_converters_types() {
        let mapping: Value = serde_json::from_str(&terraform()).unwrap();
        let key = &mapping["provider"]["resources"][RESOURCE];
        let text = |presence: &str| json!({ "type": 4, presence: true });
        assert_eq!(key["name"], text("required"));
        assert_eq!(key["status"], text("optional"));
        assert_eq!(key["cleartext"], text("computed"));
        assert_eq!(
            key["expire_time"],
            json!({ "type": 2, "optional": true, "forceNew": true })
        );
        let texts = json!({ "schema": { "type": 4 } });
        assert_eq!(
            key["permitted_ips"],
            json!({ "type": 5, "optional": true, "element": texts })
        );
        let rebac = &key["rebac"];
        assert_eq!((&rebac["type"], &rebac["required"]), (&json!(6), &json!(true)));
        let grants = &rebac["element"]["resource"];
        assert_eq!(
            grants["company_roles"],
            json!({ "type": 7, "optional": true, "forceNew": true, "element": texts })
        );
        assert_eq!(grants["tag_roles"]["type"], 5);
        assert_eq!(grants["tag_roles"]["element"]["resource"]["tags"]["type"], 7);
    }
}
