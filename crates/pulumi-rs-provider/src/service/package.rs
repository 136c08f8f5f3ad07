//! What the package is: asked for before any configuration.

use tonic::Status;

use super::Service;
use crate::author::Configuration;
use crate::proto;

impl<G: Configuration> Service<G> {
    pub(super) fn schema(
        &self,
        request: &proto::GetSchemaRequest,
    ) -> Result<proto::GetSchemaResponse, Status> {
        if request.version != 0 {
            return Err(Status::invalid_argument(format!(
                "schema version `{}` does not exist",
                request.version
            )));
        }
        if !request.subpackage_name.is_empty() {
            return Err(Status::invalid_argument(format!(
                "`{}` has no package `{}` within it",
                self.package(),
                request.subpackage_name
            )));
        }
        Ok(proto::GetSchemaResponse {
            schema: self.shared.schema.clone(),
        })
    }

    /// A tool that is not known has no mapping, which is no error. A provider of a known tool that we never claimed to replace is one.
    pub(super) fn mapping(
        &self,
        request: &proto::GetMappingRequest,
    ) -> Result<proto::GetMappingResponse, Status> {
        let Some(mappings) = self.shared.provider.mappings.get(&request.key) else {
            return Ok(proto::GetMappingResponse::default());
        };
        let found = if request.provider.is_empty() {
            // Old engines and blind searches name no provider and mean the main one.
            mappings.first()
        } else {
            mappings.iter().find(|mapping| mapping.source == request.provider)
        };
        let found = found.ok_or_else(|| {
            Status::not_found(format!(
                "`{}` has no mapping from the {} provider `{}`",
                self.package(),
                request.key,
                request.provider
            ))
        })?;
        Ok(proto::GetMappingResponse {
            provider: found.source.clone(),
            data: found.data.clone(),
        })
    }

    pub(super) fn mappings(&self, request: &proto::GetMappingsRequest) -> proto::GetMappingsResponse {
        let mappings = self.shared.provider.mappings.get(&request.key);
        let sources = mappings
            .into_iter()
            .flatten()
            .map(|mapping| mapping.source.clone());
        proto::GetMappingsResponse {
            providers: sources.collect(),
        }
    }
}
