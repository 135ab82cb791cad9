using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Millrace.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Sessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "goes_first",
                table: "generations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "turn",
                table: "generations",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "rollback",
                table: "cancellations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "messages",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<long>(type: "bigint", nullable: false),
                    source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    generation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    role = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<string>(type: "json", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_messages", x => new { x.session_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "session_changes",
                columns: table => new
                {
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    made_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session_changes", x => x.request_id);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant = table.Column<string>(type: "text", nullable: false),
                    settings = table.Column<string>(type: "json", nullable: false),
                    origin_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_ordinal = table.Column<long>(type: "bigint", nullable: false),
                    last_turn = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_generations_turns",
                table: "generations",
                columns: new[] { "session_id", "turn" },
                filter: "finished_at IS NULL AND turn IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_messages_session_id_source_id_position",
                table: "messages",
                columns: new[] { "session_id", "source_id", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_session_changes_made_at",
                table: "session_changes",
                column: "made_at");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_tenant_updated_at_id",
                table: "sessions",
                columns: new[] { "tenant", "updated_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "messages");

            migrationBuilder.DropTable(
                name: "session_changes");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_generations_turns",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "goes_first",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "turn",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "rollback",
                table: "cancellations");
        }
    }
}
