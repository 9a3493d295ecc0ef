namespace Clickstream.AppHost.Model;

/// <summary>
/// The container images, pinned: what worked yesterday works today. Those of Aspire's integrations are the versions that Aspire itself
/// was tested with; PostgreSQL's decides where its volume is mounted, so an upgrade over a major version needs a new volume.
/// </summary>
static class ImageTags
{
    public const string Kafka = "8.2.0";
    public const string KafkaUi = "v1.5.0";
    public const string PostgreSql = "18.3";
    public const string PgWeb = "0.17.0";
    public const string Valkey = "9.1";

    public const string OpenSearchRegistry = "docker.io";
    public const string OpenSearchImage = "opensearchproject/opensearch";
    public const string OpenSearchDashboardsImage = "opensearchproject/opensearch-dashboards";
    public const string OpenSearch = "2.19.3";
    public const string OpenSearchDashboards = "2.19.3";
}
