using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Bulk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "steps",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "batch_id",
                table: "generations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "batch_line",
                table: "generations",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost_nanos",
                table: "generations",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "account_stops",
                columns: table => new
                {
                    account = table.Column<string>(type: "text", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_stops", x => x.account);
                });

            migrationBuilder.CreateTable(
                name: "answer_waits",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_answer_waits", x => x.generation_id);
                });

            migrationBuilder.CreateTable(
                name: "batch_lanes",
                columns: table => new
                {
                    batch_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lane = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    pending = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_lanes", x => new { x.batch_id, x.lane, x.model });
                });

            migrationBuilder.CreateTable(
                name: "batch_lines",
                columns: table => new
                {
                    batch_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    custom_id = table.Column<string>(type: "text", nullable: false),
                    form = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    generation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lane = table.Column<string>(type: "text", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "json", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    estimate_nanos = table.Column<long>(type: "bigint", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_lines", x => new { x.batch_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    endpoint = table.Column<string>(type: "text", nullable: true),
                    input_file_id = table.Column<Guid>(type: "uuid", nullable: false),
                    channel = table.Column<string>(type: "text", nullable: false),
                    defaults = table.Column<string>(type: "json", nullable: false),
                    metadata = table.Column<string>(type: "json", nullable: true),
                    weight = table.Column<int>(type: "integer", nullable: false),
                    window = table.Column<long>(type: "bigint", nullable: false),
                    output_kept = table.Column<long>(type: "bigint", nullable: true),
                    budget_nanos = table.Column<long>(type: "bigint", nullable: true),
                    spent_nanos = table.Column<long>(type: "bigint", nullable: false),
                    reserved_nanos = table.Column<long>(type: "bigint", nullable: false),
                    has_cost = table.Column<bool>(type: "boolean", nullable: false),
                    total = table.Column<long>(type: "bigint", nullable: false),
                    completed = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    last_position = table.Column<long>(type: "bigint", nullable: false),
                    input_tokens = table.Column<long>(type: "bigint", nullable: false),
                    cached_tokens = table.Column<long>(type: "bigint", nullable: false),
                    output_tokens = table.Column<long>(type: "bigint", nullable: false),
                    reasoning_tokens = table.Column<long>(type: "bigint", nullable: false),
                    faults = table.Column<string>(type: "json", nullable: true),
                    owner = table.Column<Guid>(type: "uuid", nullable: true),
                    epoch = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stopping_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    announced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "budgets",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    spent_nanos = table.Column<long>(type: "bigint", nullable: false),
                    reserved_nanos = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budgets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "bulk_lanes",
                columns: table => new
                {
                    lane = table.Column<string>(type: "text", nullable: false),
                    fed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bulk_lanes", x => x.lane);
                });

            migrationBuilder.CreateTable(
                name: "call_permits",
                columns: table => new
                {
                    scope = table.Column<string>(type: "text", nullable: false),
                    worker_id = table.Column<Guid>(type: "uuid", nullable: false),
                    wanted = table.Column<int>(type: "integer", nullable: false),
                    granted = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_permits", x => new { x.scope, x.worker_id });
                });

            migrationBuilder.CreateTable(
                name: "file_parts",
                columns: table => new
                {
                    file_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_file_parts", x => new { x.file_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    batch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rate_budgets",
                columns: table => new
                {
                    scope = table.Column<string>(type: "text", nullable: false),
                    requests_at = table.Column<long>(type: "bigint", nullable: false),
                    tokens_at = table.Column<long>(type: "bigint", nullable: false),
                    bulk_at = table.Column<long>(type: "bigint", nullable: false),
                    park_at = table.Column<long>(type: "bigint", nullable: false),
                    bulk_park_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rate_budgets", x => x.scope);
                });

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    generation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    budget_key = table.Column<string>(type: "text", nullable: false),
                    nanos = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => new { x.generation_id, x.budget_key });
                });

            migrationBuilder.CreateTable(
                name: "shared_answers",
                columns: table => new
                {
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
                    generation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    made_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shared_answers", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_generations_held",
                table: "generations",
                columns: new[] { "lane", "tenant", "received_at" },
                filter: "state = 'held'");

            migrationBuilder.CreateIndex(
                name: "ix_generations_of_session",
                table: "generations",
                column: "session_id",
                filter: "session_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_answer_waits_key",
                table: "answer_waits",
                column: "key");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lanes_pending",
                table: "batch_lanes",
                column: "lane",
                filter: "pending > 0");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_batch_id_custom_id",
                table: "batch_lines",
                columns: new[] { "batch_id", "custom_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_ended",
                table: "batch_lines",
                columns: new[] { "batch_id", "state", "position" },
                filter: "position IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_pending",
                table: "batch_lines",
                columns: new[] { "batch_id", "lane", "model", "number" },
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_released",
                table: "batch_lines",
                column: "batch_id",
                filter: "state = 'released'");

            migrationBuilder.CreateIndex(
                name: "ix_batches_live",
                table: "batches",
                column: "created_at",
                filter: "announced_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_batches_tenant_created_at_id",
                table: "batches",
                columns: new[] { "tenant", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_files_expiring",
                table: "files",
                column: "expires_at",
                filter: "expires_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_files_tenant_created_at_id",
                table: "files",
                columns: new[] { "tenant", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_shared_answers_generation_id",
                table: "shared_answers",
                column: "generation_id");

            migrationBuilder.CreateIndex(
                name: "ix_shared_answers_made_at",
                table: "shared_answers",
                column: "made_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_stops");

            migrationBuilder.DropTable(
                name: "answer_waits");

            migrationBuilder.DropTable(
                name: "batch_lanes");

            migrationBuilder.DropTable(
                name: "batch_lines");

            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "budgets");

            migrationBuilder.DropTable(
                name: "bulk_lanes");

            migrationBuilder.DropTable(
                name: "call_permits");

            migrationBuilder.DropTable(
                name: "file_parts");

            migrationBuilder.DropTable(
                name: "files");

            migrationBuilder.DropTable(
                name: "rate_budgets");

            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.DropTable(
                name: "shared_answers");

            migrationBuilder.DropIndex(
                name: "ix_generations_held",
                table: "generations");

            migrationBuilder.DropIndex(
                name: "ix_generations_of_session",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "steps");

            migrationBuilder.DropColumn(
                name: "batch_id",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "batch_line",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "cost_nanos",
                table: "generations");
        }
    }
}
